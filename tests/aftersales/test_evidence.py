"""Evidence (RET-06, AFT-12, CMP-03): kept safe, held against what the reason needs, shown to whom it may be."""

from __future__ import annotations

import io
import random
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.test import Client
from PIL import Image

from aftersales import models
from aftersales.evidence import evidence_shown, missing_evidence, shared_with
from aftersales.guards import evidence_is_enough
from aftersales.services import evidence as services
from aftersales.services import kits
from aftersales.services.stepping import take_step
from aftersales.states import DisputeState, Kind
from aftersales.workflows import machine_of
from audit.models import Entry
from common.exceptions import BusinessError
from staff.roles import Role
from tests import factories
from tests.factories_cases import CaseFactory, ReasonFactory, line_of

pytestmark = pytest.mark.django_db


def photo(seed: int = 1, name: str = "杨淑珍 地址.jpg") -> SimpleUploadedFile:
    stream = io.BytesIO()
    shade = random.Random(seed)
    Image.new("RGB", (60, 40), tuple(shade.randrange(256) for _ in range(3))).save(stream, "PNG")
    return SimpleUploadedFile(name, stream.getvalue(), content_type="text/html")


def film() -> SimpleUploadedFile:
    return SimpleUploadedFile("开箱.mp4", b"\x00\x00\x00\x18ftypmp42" + bytes(200), content_type="image/jpeg")


@pytest.fixture
def case(noon: Any) -> models.Case:
    return CaseFactory(reason=ReasonFactory())


@pytest.fixture
def needs(case: models.Case) -> None:
    for position, (slot, many, before) in enumerate([("瑕疵照片", 2, "judge"), ("聊天截图", 1, "dispute")]):
        models.EvidenceNeed.objects.create(
            reason=case.reason, slot=slot, at_least=many, before=before, position=position
        )


def add(case: models.Case, by: Any, seed: int = 1, slot: str = "瑕疵照片", **more: Any) -> models.Evidence:
    return services.add_evidence(case=case, file=photo(seed), kind=slot, by=by, source="buyer", **more)


def refused(code: str, call: Any, **arguments: Any) -> None:
    with pytest.raises(BusinessError) as refusal:
        call(**arguments)
    assert refusal.value.code == code


# ── kept ─────────────────────────────────────────────────────────────────────
def test_a_photo_is_kept_with_who_when_from_whom_and_its_checksum(case: models.Case, ana: Any) -> None:
    row = add(case, ana, note="  杯口  ")
    assert (row.type, row.slot, row.origin, row.note, row.by, row.at) == (
        "photo", "瑕疵照片", "buyer", "杯口", ana, factories.NOON,
    )  # fmt: skip
    kept = row.file.read()
    assert Image.open(io.BytesIO(kept)).format == "JPEG"
    assert (row.size, len(row.sha256), len(row.key)) == (len(kept), 64, 32)


def test_where_it_lies_says_nothing_of_what_it_is(case: models.Case, ana: Any) -> None:
    row = add(case, ana)
    assert row.file.name == f"evidence/{row.key[:2]}/{row.key}.jpg"
    assert row.name == "杨淑珍 地址.jpg"


def test_the_trail_tells_of_it_without_the_files_name(case: models.Case, ana: Any) -> None:
    add(case, ana)
    entry = Entry.objects.get(action="aftersales.evidence_added")
    assert (entry.topic, entry.data) == (f"aftersales.case:{case.pk}", {"type": "photo", "slot": "瑕疵照片"})


def test_the_same_photo_again_is_refused_and_leaves_no_second_row(case: models.Case, ana: Any) -> None:
    add(case, ana)
    refused("already_there", add, case=case, by=ana)
    assert models.Evidence.objects.count() == 1


def test_of_several_files_the_bad_one_alone_stays_out(case: models.Case, ana: Any) -> None:
    bad = SimpleUploadedFile("a.jpg", b"<html>", content_type="image/jpeg")
    added = services.add_many(case=case, files=[photo(1), bad, film()], kind="", by=ana)
    assert [row.type for row in added.files] == ["photo", "video"]
    assert len(added.refusals) == 1


def test_a_case_holds_no_more_than_so_many_files(case: models.Case, ana: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "MOST_FILES", 1)
    add(case, ana)
    refused("too_many", add, case=case, by=ana, seed=2)


def test_withdrawing_needs_a_reason_and_keeps_the_file(case: models.Case, ana: Any) -> None:
    row = add(case, ana)
    refused("reason_missing", services.withdraw_evidence, evidence_id=row.pk, why=" ", by=ana)
    services.withdraw_evidence(evidence_id=row.pk, why="不是这单", by=ana)
    row.refresh_from_db()
    assert (row.withdrawn_at, row.withdrawn_by, row.withdrawn_why) == (factories.NOON, ana, "不是这单")
    assert default_storage.exists(row.file.name)
    refused("withdrawn", services.withdraw_evidence, evidence_id=row.pk, why="x", by=ana)


def test_the_database_wants_a_reason_too(case: models.Case, ana: Any) -> None:
    row = add(case, ana)
    with pytest.raises(IntegrityError), transaction.atomic():
        models.Evidence.objects.filter(pk=row.pk).update(withdrawn_at=factories.NOON)


# ── what is needed (RET-06, SUP-28) ──────────────────────────────────────────
def test_the_checklist_counts_what_is_there(case: models.Case, needs: None, ana: Any) -> None:
    add(case, ana, 1)
    shown = evidence_shown(case)
    assert [(slot.name, slot.have, slot.missing) for slot in shown.slots] == [("瑕疵照片", 1, 1), ("聊天截图", 0, 1)]
    add(case, ana, 2)
    assert (evidence_shown(case).filled, missing_evidence(case)) == (1, ["聊天截图"])
    assert evidence_is_enough(case)


def test_what_was_withdrawn_counts_no_more(case: models.Case, needs: None, ana: Any) -> None:
    add(case, ana, 1)
    row = add(case, ana, 2)
    services.withdraw_evidence(evidence_id=row.pk, why="模糊", by=ana)
    assert not evidence_is_enough(case)
    assert [row.key for row in evidence_shown(case).withdrawn] == [row.key]


def test_a_file_is_put_under_a_word_of_the_reasons_list_only(case: models.Case, needs: None, ana: Any) -> None:
    row = add(case, ana, slot="")
    services.sort_evidence(evidence_id=row.pk, slot="聊天截图", by=ana)
    assert missing_evidence(case, "dispute") == []
    refused("unknown_slot", services.sort_evidence, evidence_id=row.pk, slot="别的", by=ana)


def test_a_dispute_counts_the_evidence_of_the_return_it_grew_out_of(case: models.Case, needs: None, ana: Any) -> None:
    add(case, ana, 1)
    add(case, ana, 2)
    dispute = grown(case)
    add(dispute, ana, 3, slot="聊天截图")
    assert (len(evidence_shown(dispute).files), missing_evidence(dispute)) == (3, [])
    assert len(evidence_shown(case).files) == 2  # not the other way


def test_the_panel_takes_two_queries_however_many_files(
    case: models.Case, needs: None, ana: Any, django_assert_num_queries: Any
) -> None:
    for seed in range(4):
        add(case, ana, seed)
    with django_assert_num_queries(2):
        shown = evidence_shown(case)
        assert [(row.by.name, row.case.number) for row in shown.files] == [("安娜", case.number)] * 4


# ── the kit (CMP-03) ─────────────────────────────────────────────────────────
def grown(case: models.Case, state: str = DisputeState.EVIDENCE_WANTED) -> models.Case:
    dispute = CaseFactory(kind=Kind.DISPUTE, state=state, line=None, order=case.order, shop=case.shop,
                          supplier=case.supplier, reason=case.reason, lines=[])  # fmt: skip
    models.CaseLink.objects.create(case=dispute, origin=case, why="grew", at=factories.NOON)
    return dispute


def sent(case: models.Case, by: Any, statement: str = "货物完好 <b>发出</b>") -> models.EvidenceKit:
    take_step(case_id=case.pk, name="send_evidence", data={"statement": statement}, by=by)
    return models.EvidenceKit.objects.filter(case=case).latest("number")


def read(kit: models.EvidenceKit) -> bytes:
    with kits.archive(kit) as stream:
        return stream.read()


def test_sending_the_evidence_freezes_the_kit_and_what_was_missing(case: models.Case, needs: None, ana: Any) -> None:
    row = add(case, ana)
    kit = sent(grown(case), ana)
    assert [(line["key"], line["sha256"], line["slot"]) for line in kit.files] == [(row.key, row.sha256, "瑕疵照片")]
    assert (kit.number, kit.missing, kit.sent_by) == (1, ["瑕疵照片", "聊天截图"], ana)


def test_a_kit_is_one_archive_with_an_index_and_numbered_names(case: models.Case, ana: Any) -> None:
    import zipfile

    row = add(case, ana)
    services.add_evidence(case=case, file=film(), kind="", by=ana, source="warehouse")
    with zipfile.ZipFile(io.BytesIO(read(sent(grown(case), ana)))) as made:
        assert made.namelist() == ["index.html", "index.csv", "01-瑕疵照片.jpg", "02-证据.mp4"]
        page, table = made.read("index.html").decode(), made.read("index.csv").decode("utf-8-sig")
        assert row.sha256 in page
        assert row.sha256 in table
        assert "货物完好 &lt;b&gt;发出&lt;/b&gt;" in page
        assert case.order.order_no in page  # type: ignore[union-attr]
        for secret in ("杨淑珍", "文三路", case.order.receiver_phone):  # type: ignore[union-attr]
            assert secret not in page + table


def test_a_kit_is_the_same_to_the_byte_whatever_comes_after(
    case: models.Case, needs: None, ana: Any, noon: Any
) -> None:
    row = add(case, ana)
    dispute = grown(case)
    kit = sent(dispute, ana)
    before = read(kit)
    noon.shift(3_600)
    services.sort_evidence(evidence_id=row.pk, slot="聊天截图", by=ana)
    add(dispute, ana, 5)
    case.shop.name = "另一个名字"  # type: ignore[union-attr]
    case.shop.save()  # type: ignore[union-attr]
    assert read(models.EvidenceKit.objects.get(pk=kit.pk)) == before


def test_what_a_kit_holds_is_not_withdrawn(case: models.Case, ana: Any) -> None:
    row = add(case, ana)
    sent(grown(case), ana)
    refused("sent", services.withdraw_evidence, evidence_id=row.pk, why="错了", by=ana)
    row.refresh_from_db()
    assert row.withdrawn_at is None


def test_a_file_that_was_damaged_since_is_told(case: models.Case, ana: Any) -> None:
    row = add(case, ana)
    kit = sent(grown(case), ana)
    default_storage.delete(row.file.name)
    default_storage.save(row.file.name, io.BytesIO(b"other"))  # type: ignore[arg-type]
    refused("damaged", kits.archive, kit=kit)


def test_the_draft_freezes_nothing(case: models.Case, ana: Any) -> None:
    add(case, ana)
    with kits.draft_archive(case, now=factories.NOON) as stream:
        assert b"index.html" in stream.read()
    assert models.EvidenceKit.objects.count() == 0


@pytest.mark.postgres
@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE aftersales_evidencekit SET statement = 'x'",
        "DELETE FROM aftersales_evidencekit",
        "UPDATE aftersales_evidence SET sha256 = 'x'",
        "DELETE FROM aftersales_evidence",
    ],
)
def test_the_database_refuses_to_rewrite_what_was_sent(case: models.Case, ana: Any, sql: str) -> None:
    add(case, ana)
    sent(grown(case), ana)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


# ── who sees it ──────────────────────────────────────────────────────────────
def test_a_supplier_sees_what_it_sent_and_what_was_shared_and_of_its_own_cases_only(
    noon: Any, supplier_a: Any, supplier_b: Any, ana: Any, petra: Any
) -> None:
    mine, other = CaseFactory(line=line_of(supplier_a)), CaseFactory(line=line_of(supplier_b))
    hidden = add(mine, ana, 1)
    shared = add(mine, ana, 2, share=True)
    own = add(mine, petra, 3, supplier=supplier_a)
    foreign = add(other, ana, 4, share=True)
    assert list(shared_with(supplier_a)) == [shared, own]
    assert list(shared_with(supplier_b)) == [foreign]
    services.share_evidence(evidence_id=hidden.pk, shared=True, by=ana)
    services.share_evidence(evidence_id=shared.pk, shared=False, by=ana)
    assert list(shared_with(supplier_a)) == [hidden, own]


def test_a_case_without_a_supplier_shares_nothing(noon: Any, ana: Any) -> None:
    row = add(CaseFactory(line=None), ana)
    refused("no_supplier", services.share_evidence, evidence_id=row.pk, shared=True, by=ana)


def test_a_photo_is_served_as_a_picture_that_can_do_nothing(case: models.Case, ana: Any, as_user: Any) -> None:
    row = add(case, ana)
    for path in (f"/cases/evidence/{row.key}/", f"/cases/evidence/{row.key}/small/"):
        answer = as_user(ana).get(path)
        assert (answer.status_code, answer["Content-Type"], answer["X-Content-Type-Options"]) == (
            200, "image/jpeg", "nosniff",
        )  # fmt: skip
        assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
        assert answer["Content-Disposition"].startswith("inline")


def test_a_film_is_served_to_be_saved(case: models.Case, ana: Any, as_user: Any) -> None:
    row = services.add_evidence(case=case, file=film(), kind="", by=ana, source="buyer")
    answer = as_user(ana).get(f"/cases/evidence/{row.key}/")
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert as_user(ana).get(f"/cases/evidence/{row.key}/small/").status_code == 404


def test_nobody_without_the_right_gets_a_file(case: models.Case, ana: Any, petra: Any, as_user: Any) -> None:
    row = add(case, ana)
    assert as_user(petra).get(f"/cases/evidence/{row.key}/").status_code == 403
    assert Client().get(f"/cases/evidence/{row.key}/").status_code == 302


# ── the panel ────────────────────────────────────────────────────────────────
def test_files_are_added_from_the_case_page(case: models.Case, needs: None, ana: Any, as_user: Any) -> None:
    answer = as_user(ana).post(
        f"/cases/{case.pk}/evidence/",
        {"files": [photo(1), photo(2)], "slot": "瑕疵照片", "origin": "carrier"},
        headers={"HX-Request": "true"},
    )
    assert answer.status_code == 200
    assert list(models.Evidence.objects.values_list("slot", "origin")) == [("瑕疵照片", "carrier")] * 2
    page = as_user(ana).get(f"/cases/{case.pk}/").content.decode()
    assert page.count("/small/") == 2


def test_a_refused_file_is_told_in_the_panel(case: models.Case, ana: Any, as_user: Any) -> None:
    bad = SimpleUploadedFile("a.jpg", b"<script>", content_type="image/jpeg")
    answer = as_user(ana).post(f"/cases/{case.pk}/evidence/", {"files": [bad]}, headers={"HX-Request": "true"})
    assert (answer.status_code, models.Evidence.objects.count()) == (409, 0)
    assert 'role="alert"' in answer.content.decode()


def test_without_scripts_the_form_leads_back_to_the_case(case: models.Case, ana: Any, as_user: Any) -> None:
    answer = as_user(ana).post(f"/cases/{case.pk}/evidence/", {"files": [photo()]})
    assert (answer.status_code, answer["Location"]) == (302, f"/cases/{case.pk}/")


def test_finance_looks_and_adds_nothing(case: models.Case, as_user: Any, ana: Any) -> None:
    row = add(case, ana)
    fina = as_user(factories.UserFactory(role=Role.FINANCE))
    assert fina.get(f"/cases/evidence/{row.key}/").status_code == 200
    assert fina.post(f"/cases/{case.pk}/evidence/", {"files": [photo(2)]}).status_code == 403
    assert models.Evidence.objects.count() == 1


def test_the_kit_is_fetched_from_the_dispute(case: models.Case, ana: Any, as_user: Any) -> None:
    add(case, ana)
    dispute = grown(case)
    assert as_user(ana).get(f"/cases/{dispute.pk}/kit/")["Content-Type"] == "application/zip"
    kit = sent(dispute, ana)
    answer = as_user(ana).get(f"/cases/{dispute.pk}/kit/1/")
    assert b"".join(answer.streaming_content) == read(kit)
    assert machine_of(models.Case.objects.get(pk=dispute.pk)).state == DisputeState.EVIDENCE_SENT
