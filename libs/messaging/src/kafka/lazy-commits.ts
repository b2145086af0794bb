/** Milliseconds after which what was done is committed; intake sees by the commits how far a reader is behind. */
const LATER = 20;

/** Commits once for all that was done meanwhile; a repeat of what was not committed is harmless, for the inbox knows it. */
export class LazyCommits {
  private timer?: NodeJS.Timeout;
  private commit: () => Promise<void> = async () => {};
  private isClosed = false;

  /** Something was done; `commit` commits all that was. It may fail, and is tried again. */
  soon(commit: () => Promise<void>): void {
    this.commit = commit;
    if (!this.isClosed) this.timer ??= setTimeout(() => void this.act(), LATER).unref();
  }

  /** The last commit, as well as it goes. */
  async close(): Promise<void> {
    this.isClosed = true;
    if (this.timer) await this.commit().catch(() => {});
    clearTimeout(this.timer);
    this.timer = undefined;
  }

  private async act(): Promise<void> {
    const { commit } = this;
    const isDone = await commit().then(
      () => true,
      () => false,
    );
    this.timer = undefined;
    if (!isDone || commit !== this.commit) this.soon(this.commit);
  }
}
