/** Names of locks, in the database's space for them; each is held for a transaction at most. */
export const locks = {
  migration: 7_201_701,
  /** Shared by who routes by who is there; alone by who changes that. */
  subscribers: 7_201_702,
  sendingAgain: 7_201_703,
  pruning: 7_201_704,
  notes: 7_201_705,
} as const;
