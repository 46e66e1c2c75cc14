import { describe, expect, test } from 'vitest';

import { headerText, headerValue } from '../../src/core/header-value.ts';

describe('a text as a header', () => {
  // The examples of 2026-07-28, Streamable HTTP, Value Encoding.
  test.each([
    ['us-west1', 'us-west1'],
    ['Hello, 世界', '=?base64?SGVsbG8sIOS4lueVjA==?='],
    [' padded ', '=?base64?IHBhZGRlZCA=?='],
    ['line1\nline2', '=?base64?bGluZTEKbGluZTI=?='],
    ['=?base64?literal?=', '=?base64?PT9iYXNlNjQ/bGl0ZXJhbD89?='],
    ['', '=?base64??='],
  ])('%j is %s, and back', (text, value) => {
    expect(headerValue(text)).toBe(value);
    expect(headerText(value)).toBe(text);
  });

  // The last but two would read as U+FFFD, and the others as what one reader takes for Latin-1 and another for UTF-8.
  test.each([
    '=?base64?SGVsbG8?=',
    '=?base64?SGV%bG8=?=',
    '=?base64?SGVsbG8==?=',
    '=?base64?/w==?=',
    'caf\u00e9',
    'caf\u00c3\u00a9',
  ])('%s is none', (value) => {
    expect(headerText(value)).toBeUndefined();
  });

  test.each(['=?BASE64?eA==?=', '=?base64?eA==', 'eA==?='])('%s stands for itself', (value) => {
    expect(headerText(value)).toBe(value);
  });
});
