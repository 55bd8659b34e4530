"""Bearer tokens of suppliers."""
from rest_framework.authentication import BaseAuthentication
from rest_framework.permissions import BasePermission


class TokenAuthentication(BaseAuthentication):
    def authenticate(self, request):
        return None


class HasScope(BasePermission):
    pass
