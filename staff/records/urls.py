"""Pages of `staff.records`."""

from __future__ import annotations

from django.urls import path

from staff.records.views import chats, checklists, daily, meetings, tasks, weekly

app_name = "records"
urlpatterns = [
    path("", daily.today, name="daily"),
    path("save/", daily.save, name="daily_save"),
    path("hand-in/", daily.hand_in, name="daily_hand_in"),
    path("<int:pk>/", daily.day, name="day"),
    path("<int:pk>/correct/", daily.correct, name="daily_correct"),
    path("<int:pk>/ids/", daily.served_ids, name="served_ids"),
    path("weekly/", weekly.weekly, name="weekly"),
    path("weekly/save/", weekly.save, name="weekly_save"),
    path("weekly/<int:pk>/", weekly.week, name="week"),
    path("weekly/team/", weekly.collate, name="collate"),
    path("weekly/summaries/", weekly.summaries, name="summaries"),
    path("weekly/summaries/<int:pk>/", weekly.summary, name="summary"),
    path("weekly/summaries/<int:pk>/pass-on/", weekly.pass_on, name="pass_on"),
    path("meetings/", meetings.meetings, name="meetings"),
    path("meetings/<int:pk>/", meetings.meeting, name="meeting"),
    path("meetings/<int:pk>/minutes/", meetings.minutes, name="minutes"),
    path("meetings/<int:pk>/do/<slug:action>/", meetings.act, name="meeting_act"),
    path("meetings/times/<int:pk>/", meetings.times, name="meeting_times"),
    path("meetings/breaches/", meetings.breaches, name="breaches"),
    path("actions/<int:pk>/<slug:action>/", meetings.end_action, name="action_end"),
    path("tasks/", tasks.tasks, name="tasks"),
    path("tasks/<int:pk>/", tasks.task, name="task"),
    path("tasks/<int:pk>/<slug:action>/", tasks.act, name="task_act"),
    path("checklists/", checklists.checklists, name="checklists"),
    path("checklists/<int:pk>/", checklists.checklist, name="checklist"),
    path("checklists/items/<int:pk>/", checklists.tick, name="tick"),
    path("checklists/courier/", checklists.courier_here, name="courier_here"),
    path("checklists/progress/", checklists.progress, name="progress"),
    path("memos/", tasks.memo_book, name="memos"),
    path("memos/<int:pk>/<slug:action>/", tasks.memo, name="memo"),
    path("material/", tasks.material, name="material"),
    path("material/<int:pk>/<slug:action>/", tasks.material_act, name="material_act"),
    path("chats/", chats.chats, name="chats"),
    path("chats/files/", chats.upload, name="chat_files"),
    path("chats/files/<uuid:public_id>/", chats.layout, name="chat_upload"),
    path("chats/files/<uuid:public_id>/read/", chats.read_in, name="chat_read_in"),
    path("chats/targets/", chats.target, name="chat_target"),
]
