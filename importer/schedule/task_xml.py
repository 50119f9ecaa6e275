"""The task of the Windows Task Scheduler, as `schtasks /Create /XML` reads it (schema of version 1.2)."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element, SubElement, indent, tostring

if TYPE_CHECKING:
    from datetime import date

    from importer.schedule.job import ScheduledJob

_NAMESPACE = "http://schemas.microsoft.com/windows/2004/02/mit/task"
_WEEKDAYS = ("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")


def task_xml(job: ScheduledJob, today: date) -> str | None:
    """Return the task, whose first day is `today`; None if the Task Scheduler has no such times.

    It knows one or more times of day on all days or on some weekdays, and once an hour.
    """
    times = job.times
    if times.minutes is None or times.days is not None or times.months is not None:
        return None
    task = Element("Task", {"version": "1.2", "xmlns": _NAMESPACE})
    SubElement(SubElement(task, "RegistrationInfo"), "Description").text = f"Import the contacts of {job.file}"
    triggers = SubElement(task, "Triggers")
    # Every hour is one trigger that is repeated; other hours have a trigger each.
    for hour in (0,) if times.hours is None else times.hours:
        for minute in times.minutes:
            trigger = SubElement(triggers, "CalendarTrigger")
            if times.hours is None:
                SubElement(SubElement(trigger, "Repetition"), "Interval").text = "PT1H"
                SubElement(trigger[0], "Duration").text = "P1D"
            SubElement(trigger, "StartBoundary").text = f"{today.isoformat()}T{hour:02}:{minute:02}:00"
            SubElement(trigger, "Enabled").text = "true"
            if times.weekdays is None:
                SubElement(SubElement(trigger, "ScheduleByDay"), "DaysInterval").text = "1"
            else:
                by_week = SubElement(trigger, "ScheduleByWeek")
                days = SubElement(by_week, "DaysOfWeek")
                for day in times.weekdays:
                    SubElement(days, _WEEKDAYS[day])
                SubElement(by_week, "WeeksInterval").text = "1"
    settings = SubElement(task, "Settings")
    for name, value in (
        ("MultipleInstancesPolicy", "IgnoreNew"),
        ("DisallowStartIfOnBatteries", "false"),
        ("StopIfGoingOnBatteries", "false"),
        ("StartWhenAvailable", "true"),
        ("RunOnlyIfNetworkAvailable", "true"),
        ("ExecutionTimeLimit", "PT12H"),
    ):
        SubElement(settings, name).text = value
    action = SubElement(SubElement(task, "Actions"), "Exec")
    SubElement(action, "Command").text = job.words[0]
    SubElement(action, "Arguments").text = subprocess.list2cmdline(job.words[1:])
    SubElement(action, "WorkingDirectory").text = str(job.folder)
    indent(task)
    # ASCII without a declaration, since it is read the same from whatever encoding a console redirects it into.
    text: bytes = tostring(task, encoding="us-ascii", xml_declaration=False)
    return text.decode("ascii") + "\n"
