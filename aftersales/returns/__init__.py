"""The return desk: parcels taken in by scanner, counted, judged, put back to stock or sent back to suppliers."""
