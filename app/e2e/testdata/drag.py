"""A window from which the file named on the command line can be dragged."""
import pathlib
import sys

import gi

gi.require_version("Gdk", "3.0")
gi.require_version("Gtk", "3.0")
from gi.repository import Gdk, Gtk  # noqa: E402

uri = pathlib.Path(sys.argv[1]).resolve().as_uri()
window = Gtk.Window(title="Drag source")
window.set_default_size(90, 60)
window.move(5, 30)
box = Gtk.EventBox()
box.add(Gtk.Label(label="drag me"))
box.drag_source_set(Gdk.ModifierType.BUTTON1_MASK, [Gtk.TargetEntry.new("text/uri-list", 0, 0)], Gdk.DragAction.COPY)
box.connect("drag-data-get", lambda widget, context, data, info, time: data.set_uris([uri]))
window.add(box)
window.connect("map-event", lambda *_: print("ready", flush=True))
window.show_all()
Gtk.main()
