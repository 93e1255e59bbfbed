/** The dashboard stays current, and hands out links. */
import { follow } from "./pages/follow.js";
import { wireInvitations } from "./pages/invitations.js";
import { wireTongues } from "./pages/tongues.js";

wireInvitations();
wireTongues();
follow();
