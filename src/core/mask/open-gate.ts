import type { Gate } from './gate.ts';
import type { Tables } from './literal-table.ts';
import { ScriptGate } from './script-gate.ts';
import { WasmGate, wasmModule } from './wasm-gate.ts';

/** The fastest gate that runs here. */
export function openGate(table: Tables): Gate {
  const module = wasmModule();
  return module === undefined ? new ScriptGate(table) : new WasmGate(table, module);
}
