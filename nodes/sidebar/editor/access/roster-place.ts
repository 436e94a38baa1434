import { DetailPlace, type PlaceOptions } from "../detail-place";

/** What every such place has to know. */
export type RosterPlaceOptions = Pick<PlaceOptions<string, string>, "home" | "backTo" | "closed">;

/** The place for something that is done with a roster, which is opened by its id. */
export class RosterPlace extends DetailPlace<string, string> {
  /** @param draw draws it; it calls `done` where there is nothing more to do */
  constructor(options: RosterPlaceOptions, draw: (roster: string, done: () => void) => JQuery) {
    super({
      ...{ ...options, gone: "", fetch: async (roster) => roster },
      draw: (roster) => draw(roster, () => this.back()),
    });
  }
}
