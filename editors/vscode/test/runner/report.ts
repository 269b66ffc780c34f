// What passed and what failed, as lines that a person and a program can read.

/** Counts checks and prints a line for each. */
export class Report {
  private passed = 0;
  private failed = 0;

  ok(name: string): void {
    this.passed++;
    console.log(`ok - ${name}`);
  }

  notOk(name: string, why: string): void {
    this.failed++;
    console.log(`not ok - ${name}\n${why.replace(/^/gm, "    ")}`);
  }

  /** Runs a check that is one step of this program. */
  async check(name: string, body: () => Promise<void> | void): Promise<boolean> {
    try {
      await body();
      this.ok(name);
      return true;
    } catch (error) {
      this.notOk(name, error instanceof Error ? (error.stack ?? error.message) : String(error));
      return false;
    }
  }

  /** Prints the closing line; says whether nothing failed. */
  close(): boolean {
    console.log(`${this.passed} passed, ${this.failed} failed`);
    return this.failed === 0;
  }
}
