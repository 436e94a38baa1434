/** What is noted of a delivery whose event is damaged. */
export const unreadableError = "This event cannot be read: its place on the disk is damaged.";

/** What is noted where an event's content was removed, and of what a flow says of it afterwards. */
export const removedError = "Its content was removed on request.";

/** An event that ended the process so many times in its own turn, while others survived theirs, is set aside. */
export const maxBlame = 3;

/** What is noted of one that was set aside. */
export const setAsideError = `Node-RED ended ${maxBlame} times while this event alone was in the flow.`;

/** The errors that an inbox itself notes: nothing of an event's content is in them. */
export const ownErrors: ReadonlySet<string> = new Set([unreadableError, removedError, setAsideError]);
