import { DetailPlace, type PlaceOptions } from "../detail-place";

/** What every such place needs. */
export type RosterPlaceOptions = Pick<PlaceOptions<string, string>, "home" | "backTo" | "closed">;

/** A place for something that is done with a roster; opened by the roster's id. */
export class RosterPlace extends DetailPlace<string, string> {
  /** @param draw draws it; it calls `done` when there is nothing more to do */
  constructor(options: RosterPlaceOptions, draw: (roster: string, done: () => void) => JQuery) {
    super({
      ...{ ...options, gone: "", fetch: async (roster) => roster },
      draw: (roster) => draw(roster, () => this.back()),
    });
  }
}
