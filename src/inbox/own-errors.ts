/** Recorded for a delivery whose event is damaged. */
export const unreadableError = "This event cannot be read: its place on the disk is damaged.";

/** Recorded if an event's content was removed, and for any later error of a flow about it. */
export const removedError = "Its content was removed on request.";

/** An event that crashed the process this many times in its own turn, while others survived theirs, is set aside. */
export const maxBlame = 3;

/** Recorded for one that was set aside. */
export const setAsideError = `Node-RED stopped ${maxBlame} times while only this event was in the flow.`;

/** The errors that an inbox records itself: they contain nothing of an event's content. */
export const ownErrors: ReadonlySet<string> = new Set([unreadableError, removedError, setAsideError]);
