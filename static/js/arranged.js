/** The working pages of a referral: times in the reader's own zone, and a word about what is not saved yet. */
import { localMoments } from "./pages/moments.js";
import { minding } from "./pages/unsaved.js";

localMoments(document);
minding(document);
