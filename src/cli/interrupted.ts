/** Ctrl-C at a question: nothing more is to be said or done. `main` ends with what a shell calls an interrupted program. */
export class Interrupted extends Error {
  constructor() {
    super('interrupted');
    this.name = 'Interrupted';
  }
}
