import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A disk that takes its time to flush. */
interface SlowDisk {
  /** In words. */
  what: string;
  /** What a process on it needs. */
  env: Record<string, string>;
  remove(): void;
}

const source = `
#define _GNU_SOURCE
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>
int fdatasync(int file) { usleep(20000 + rand() % 80000); return syscall(SYS_fdatasync, file); }
`;

/**
 * Makes every flush of a process take 20 to 100 ms longer, as on a tired SD card, where there is a C compiler.
 */
export function slowDisk(): SlowDisk {
  const folder = mkdtempSync(join(tmpdir(), "slow-disk-"));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  const [code, library] = [join(folder, "slow.c"), join(folder, "slow.so")];
  try {
    writeFileSync(code, source);
    execFileSync("cc", ["-shared", "-fPIC", "-o", library, code], { stdio: "ignore" });
    return { what: "each flush 20 to 100 ms slower", env: { LD_PRELOAD: library }, remove };
  } catch {
    return { what: "the disk as it is", env: {}, remove };
  }
}
