/** Ends the process where it cannot go on, so that it is started again. */
export class ProcessExit {
  now(): void {
    process.exit(1);
  }
}
