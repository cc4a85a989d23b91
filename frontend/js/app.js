/* Everything a page needs besides its HTML. Each part works on what it finds and stays out of the way otherwise. */
import htmx from "htmx.org";
import "idiomorph/htmx";
import "./file-drop.js";
import "./keyboard.js";
import "./palette.js";
import "./selection.js";
import "./small.js";
import "./toasts.js";

window.htmx = htmx;
