/** One of the views between which the tab changes. Only the one that is shown is in the page. */
export interface View {
  readonly element: JQuery;
  /** It is in view, for the first time or again, and what it shows may have changed. */
  refresh(): void;
  /** The tab is so high now. */
  fit?(height: number): void;
}
