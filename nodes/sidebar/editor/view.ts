/** One of the tab's views. Only the visible one is in the page. */
export interface View {
  readonly element: JQuery;
  /** It is in view, for the first time or again, and what it shows may have changed. */
  refresh(): void;
  /** The tab's new height. */
  fit?(height: number): void;
}
