/** What was handled is committed so much later: a repeat of what was not yet is harmless. */
const DELAY_MS = 250;

/** Commits offsets once for all that was handled meanwhile. */
export class OffsetCommitter {
  private timer?: NodeJS.Timeout;
  private commit: () => Promise<void> = async () => {};
  private isClosed = false;

  /** Something was handled; `commit` commits all that was. It may fail, and is tried again. */
  schedule(commit: () => Promise<void>): void {
    this.commit = commit;
    if (!this.isClosed) this.timer ??= setTimeout(() => void this.run(), DELAY_MS).unref();
  }

  /** The last commit, as well as it goes. */
  async close(): Promise<void> {
    this.isClosed = true;
    if (this.timer) await this.commit().catch(() => {});
    clearTimeout(this.timer);
    this.timer = undefined;
  }

  private async run(): Promise<void> {
    const { commit } = this;
    const isDone = await commit().then(
      () => true,
      () => false,
    );
    this.timer = undefined;
    if (!isDone || commit !== this.commit) this.schedule(this.commit);
  }
}
