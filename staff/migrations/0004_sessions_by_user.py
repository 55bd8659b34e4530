from django.apps import apps as installed
from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.db import migrations, models
from django.db.models import deletion

OLD = "django_session"


def take_over(apps, schema_editor):
    """Who is logged in stays so: the sessions of Django's own table move, and the table goes."""
    connection = schema_editor.connection
    if installed.is_installed("django.contrib.sessions") or OLD not in connection.introspection.table_names():
        return
    users = set(apps.get_model("staff", "User").objects.values_list("pk", flat=True))
    store, made = SessionStore(), []
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT session_key, session_data, expire_date FROM {OLD} WHERE expire_date > CURRENT_TIMESTAMP")
        for key, data, until in cursor.fetchall():
            user = int(store.decode(data).get(SESSION_KEY) or 0)
            made.append((key, data, until, user if user in users else None))
        cursor.executemany(
            "INSERT INTO staff_session (session_key, session_data, expire_date, user_id) VALUES (%s, %s, %s, %s)", made
        )
        cursor.execute(f"DROP TABLE {OLD}")


class Migration(migrations.Migration):
    dependencies = [("staff", "0003_guarded_by_the_database")]
    operations = [
        migrations.CreateModel(
            name="Session",
            fields=[
                (
                    "session_key",
                    models.CharField(max_length=40, primary_key=True, serialize=False, verbose_name="session key"),
                ),
                ("session_data", models.TextField(verbose_name="session data")),
                ("expire_date", models.DateTimeField(db_index=True, verbose_name="expire date")),
                ("seen_at", models.DateTimeField(null=True)),
                (
                    "user",
                    models.ForeignKey(
                        null=True,
                        on_delete=deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="user",
                    ),
                ),
            ],
            options={"verbose_name": "session", "verbose_name_plural": "sessions", "abstract": False},
        ),
        migrations.RunPython(take_over, migrations.RunPython.noop),
    ]
