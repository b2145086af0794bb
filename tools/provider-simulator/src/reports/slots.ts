/** So many at once; the others wait in line. */
export class Slots {
  private readonly line: (() => void)[] = [];

  constructor(private free: number) {}

  async use<T>(work: () => Promise<T>): Promise<T> {
    await this.enter();
    try {
      return await work();
    } finally {
      this.leave();
    }
  }

  private async enter() {
    if (this.free > 0) this.free--;
    else await new Promise<void>((enter) => this.line.push(enter));
  }

  private leave() {
    const next = this.line.shift();
    if (next) next();
    else this.free++;
  }
}
