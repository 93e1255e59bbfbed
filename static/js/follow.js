/** For pages with nothing to do but to stay current: the hand-off board, what the demonstration received. */
import { follow } from "./pages/follow.js";

follow();
