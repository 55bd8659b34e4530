import datetime
import uuid

import django.db.models.deletion
import django_fsm
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("staff", "0005_proposals_under_way"),
    ]

    operations = [
        migrations.AddField(
            model_name="servicerules",
            name="printing_ends",
            field=models.TimeField(default=datetime.time(17, 0), verbose_name="printing ends at"),
        ),
        migrations.AddField(
            model_name="servicerules",
            name="printing_extension_minutes",
            field=models.PositiveSmallIntegerField(default=30, verbose_name="printing extended by, minutes"),
        ),
        migrations.AddField(
            model_name="meetingsession",
            name="name",
            field=models.CharField(blank=True, max_length=40, verbose_name="for"),
        ),
        migrations.CreateModel(
            name="MeetingTime",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("weekday", models.PositiveSmallIntegerField(default=0, verbose_name="day")),
                ("starts", models.TimeField(verbose_name="from")),
                ("minutes", models.PositiveSmallIntegerField(default=30, verbose_name="minutes")),
                ("name", models.CharField(blank=True, max_length=40, verbose_name="for")),
                ("team", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="meeting_times", to="staff.team", verbose_name="team")),
            ],
            options={
                "verbose_name": "time of the weekly meeting",
                "verbose_name_plural": "times of the weekly meeting",
                "ordering": ["team", "weekday", "starts"],
                "constraints": [
                    models.UniqueConstraint(fields=("team", "weekday", "starts"), name="staff_meetingtime_once"),
                    models.CheckConstraint(condition=models.Q(("minutes__gte", 5), ("weekday__lte", 6)), name="staff_meetingtime_sense"),
                ],
            },
        ),
        migrations.CreateModel(
            name="DailyCorrection",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(verbose_name="at")),
                ("reason", models.CharField(max_length=200, verbose_name="why")),
                ("changes", models.JSONField(default=list, verbose_name="what changed")),
                ("by", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="by")),
                ("record", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="corrections", to="staff.dailyrecord")),
            ],
            options={"ordering": ["pk"], "default_permissions": ()},
        ),
        migrations.CreateModel(
            name="PrintingExtension",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField(verbose_name="day")),
                ("until", models.DateTimeField(verbose_name="extended until")),
                ("at", models.DateTimeField(verbose_name="at")),
                ("by", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="by")),
            ],
            options={
                "ordering": ["pk"],
                "default_permissions": (),
                "constraints": [models.UniqueConstraint(fields=("day", "until"), name="staff_printingextension_once")],
            },
        ),
        migrations.CreateModel(
            name="ChatUpload",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("name", models.CharField(max_length=120, verbose_name="file")),
                ("sha256", models.CharField(max_length=64)),
                ("content", models.BinaryField()),
                ("day", models.DateField(blank=True, null=True, verbose_name="day")),
                ("uploaded_at", models.DateTimeField(verbose_name="uploaded at")),
                ("uploaded_by", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="uploaded by")),
            ],
            options={"default_permissions": ()},
        ),
        migrations.AlterField(
            model_name="meeting",
            name="state",
            field=django_fsm.FSMField(choices=[("planned", "planned"), ("held", "held")], default="planned", max_length=8, protected=True, verbose_name="state"),
        ),
        migrations.AlterField(
            model_name="actionitem",
            name="state",
            field=django_fsm.FSMField(choices=[("open", "open"), ("done", "done"), ("dropped", "dropped")], default="open", max_length=8, protected=True, verbose_name="state"),
        ),
    ]
