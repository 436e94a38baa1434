/**
 * Real browsers and processes on a busy machine fail a test once in a few thousand. It gets a second try, so that it does not
 * hold up everything else; but it is named at the end, so that it does not go unnoticed either.
 */
const triedAgain = new Set<string>();

afterEach(function () {
  // Mocha tells it to nobody; its types keep it private.
  const test = this.currentTest as unknown as { _currentRetry: number; fullTitle(): string };
  if (test._currentRetry > 0) triedAgain.add(test.fullTitle());
});

after(() => {
  for (const title of triedAgain) console.log(`  needed a second try: ${title}`);
});
