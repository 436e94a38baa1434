/** Advisory lock keys; each is held for one transaction at most. */
export const locks = {
  migration: 7_201_701,
  /** Shared for routing to subscribers, exclusive for changing them. */
  subscribers: 7_201_702,
  sendingAgain: 7_201_703,
  pruning: 7_201_704,
  notes: 7_201_705,
} as const;
