/** For pages with nothing to do but to stay current, like what the demonstration received. */
import { follow } from "./pages/follow.js";

follow();
