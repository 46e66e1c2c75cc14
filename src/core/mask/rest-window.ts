import { Window } from './window.ts';

/** What stands in a window behind some place, as if nothing stood before it. */
export class RestWindow extends Window {
  #from = 0;

  constructor() {
    super(new Uint8Array(0), false);
  }

  show({ bytes, end, final }: Window, from: number): void {
    this.bytes = bytes;
    this.end = end;
    this.final = final;
    this.starved = false;
    this.#from = from;
  }

  override peek(at: number): number {
    return at < this.#from ? 0 : super.peek(at);
  }
}
