from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("aftersales", "0003_evidence_and_patrol")]

    operations = [
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(("active", True)), fields=["-opened_at", "-id"], name="aftersales_case_open"
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(("active", True)),
                fields=["kind", "-opened_at", "-id"],
                name="aftersales_case_open_kind",
            ),
        ),
    ]
