import type { Gate } from './gate.ts';
import type { LiteralTable } from './literal-table.ts';
import { ScriptGate } from './script-gate.ts';
import { WasmGate, wasmModule } from './wasm-gate.ts';

/** The fastest gate that runs here. */
export function openGate(table: LiteralTable): Gate {
  const module = wasmModule();
  return module === undefined ? new ScriptGate(table) : new WasmGate(table, module);
}
