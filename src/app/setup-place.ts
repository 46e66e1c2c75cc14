/** A file as it lies on disk. */
export interface SetupFile {
  readonly path: string;
  readonly text: string;
  readonly digest: string;
  readonly mode: number;
}

/** A place where a file is or would be. */
export interface Place {
  readonly path: string;
  readonly read: () => SetupFile | undefined;
  readonly write: (file: Pick<SetupFile, 'path' | 'mode'>, text: string) => void;
  readonly remove: () => void;
}
