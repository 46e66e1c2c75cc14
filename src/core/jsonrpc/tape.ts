import type { JsonPath, JsonVisitor } from './json-walk.ts';

const KEY = 0;
const STRING = 1;
const NUMBER = 2;
const LITERAL = 3;
const OBJECT = 4;
const ARRAY = 5;
const CLOSE = 6;

/** What a walk told its visitor, to tell another one without walking again. For small messages: it takes memory. */
export class Tape {
  /** Kind, start and end of each event. */
  readonly #events: number[] = [];
  readonly #keys: string[] = [];

  key(path: JsonPath, start: number, end: number): void {
    this.#events.push(KEY, start, end);
    this.#keys.push(path[path.length - 1] as string);
  }

  string(start: number, end: number): void {
    this.#events.push(STRING, start, end);
  }

  number(start: number, end: number): void {
    this.#events.push(NUMBER, start, end);
  }

  literal(start: number, end: number): void {
    this.#events.push(LITERAL, start, end);
  }

  open(isObject: boolean): void {
    this.#events.push(isObject ? OBJECT : ARRAY, 0, 0);
  }

  container(start: number, end: number): void {
    this.#events.push(CLOSE, start, end);
  }

  /** Tells it all, in the same order and with the same paths. */
  replay(visitor: JsonVisitor): void {
    const events = this.#events;
    const player = new Player(visitor);
    let keys = 0;
    for (let i = 0; i < events.length; i += 3) {
      const kind = events[i] as number;
      const start = events[i + 1] as number;
      const end = events[i + 2] as number;
      if (kind === KEY) player.key(this.#keys[keys++] as string, start, end);
      else if (kind === OBJECT || kind === ARRAY) player.open(kind === OBJECT);
      else player.value(kind, start, end);
    }
  }
}

/** Finds the way back to the paths. */
class Player {
  readonly #visitor: JsonVisitor;
  readonly #path: (string | number)[] = [];
  readonly #isObject: boolean[] = [];

  constructor(visitor: JsonVisitor) {
    this.#visitor = visitor;
  }

  key(key: string, start: number, end: number): void {
    this.#path.push(key);
    this.#visitor.key?.(this.#path, start, end);
  }

  open(isObject: boolean): void {
    this.#visitor.open?.(this.#path, isObject);
    this.#isObject.push(isObject);
    if (!isObject) this.#path.push(0);
  }

  value(kind: number, start: number, end: number): void {
    const path = this.#path;
    if (kind === STRING) this.#visitor.string?.(path, start, end);
    else if (kind === NUMBER) this.#visitor.number?.(path, start, end);
    else if (kind === LITERAL) this.#visitor.literal?.(path, start, end);
    else this.#close(start, end);
    const isObject = this.#isObject[this.#isObject.length - 1];
    if (isObject === true) path.pop();
    else if (isObject === false) path[path.length - 1] = (path[path.length - 1] as number) + 1;
  }

  #close(start: number, end: number): void {
    if (this.#isObject.pop() === false) this.#path.pop();
    this.#visitor.container?.(this.#path, start, end);
  }
}
