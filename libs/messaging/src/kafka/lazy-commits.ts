/** Milliseconds after which what was done is committed: intake sees by the commits how far a reader is behind. */
const LATER = 250;

/** Commits once for all that was done meanwhile; a repeat of what was not committed is harmless, for the inbox knows it. */
export class LazyCommits {
  private timer?: NodeJS.Timeout;
  private commit: () => Promise<void> = async () => {};
  private closed = false;

  /** Something was done; `commit` commits all that was, and may fail: it is tried again. */
  soon(commit: () => Promise<void>): void {
    this.commit = commit;
    if (!this.closed) this.timer ??= setTimeout(() => void this.act(), LATER).unref();
  }

  /** The last commit, as well as it goes. */
  async close(): Promise<void> {
    this.closed = true;
    clearTimeout(this.timer);
    if (this.timer) await this.commit().catch(() => {});
  }

  private async act(): Promise<void> {
    const commit = this.commit;
    const failed = await commit().then(
      () => false,
      () => true,
    );
    this.timer = undefined;
    if (failed || commit !== this.commit) this.soon(this.commit);
  }
}
