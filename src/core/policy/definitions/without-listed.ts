import { splice, toText } from '../../bytes.ts';
import { withoutCaching } from '../../jsonrpc/caching.ts';
import { decodeJsonString } from '../../jsonrpc/json-string.ts';
import { walkJson, type JsonPath } from '../../jsonrpc/json-walk.ts';
import { resultFields } from '../../jsonrpc/result-fields.ts';
import { HiddenTools, removalsOf } from '../../mask/hidden-tools.ts';
import { runWhole } from '../../slices.ts';

/** Where a list stands in a message, and the field by which its elements are named. */
export interface ListPlace {
  /** Of a batch, the index of the message. */
  readonly place: JsonPath;
  readonly key: string;
  readonly nameField: string;
}

/** The message without some elements of its list; every other byte stays. */
export function withoutListed(
  message: Uint8Array,
  { place, key, nameField }: ListPlace,
  isHidden: (element: { readonly index: number; readonly name: string }) => boolean,
): Uint8Array {
  const listed = new HiddenTools();
  const list = [...place, 'result', key];
  let name = '';
  const end = (path: JsonPath, from: number, to: number): void => {
    const index = path.at(-1);
    if (path.length === list.length && isAt(path, list)) listed.endList();
    if (path.length !== list.length + 1 || typeof index !== 'number' || !isAt(path, list)) return;
    if (isHidden({ index, name })) listed.hide();
    listed.endTool(from, to);
    name = '';
  };
  const string = (path: JsonPath, from: number, to: number): void => {
    if (path.length === list.length + 2 && path.at(-1) === nameField && isAt(path, list))
      name = toText(decodeJsonString(message, from, to));
    end(path, from - 1, to + 1);
  };
  walkJson(message, { string, number: end, literal: end, container: end });
  return splice(message, listed.applyTo([]));
}

/** The message without a member of its result. */
export function withoutMember(message: Uint8Array, key: string): Uint8Array {
  const { members } = runWhole(resultFields(message, Infinity));
  return splice(
    message,
    removalsOf(members.map(({ start, end, key: one }) => ({ start, end, hidden: one === key }))),
  );
}

/** A result that was changed on its way holds for nobody else, and not for long. */
export function notToBeKept(message: Uint8Array): Uint8Array {
  return splice(message, withoutCaching(message, runWhole(resultFields(message, Infinity))));
}

function isAt(path: JsonPath, above: JsonPath): boolean {
  return above.every((segment, at) => path[at] === segment);
}
