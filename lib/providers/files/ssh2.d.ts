/** The part of the library that is used here; it has no types of its own. */
declare module 'ssh2' {
  interface ConnectOptions {
    readonly host: string;
    readonly port: number;
    readonly username: string;
    readonly password?: string;
    readonly privateKey?: string;
    readonly passphrase?: string;
    readonly tryKeyboard: boolean;
    /** ms. */
    readonly readyTimeout: number;
    /** Called before any credential is sent. */
    readonly hostVerifier: (key: Buffer) => boolean;
  }

  export interface ListedFile {
    readonly filename: string;
    /** `mtime` in seconds. */
    readonly attrs: FileStats;
  }

  /** A server may leave out any of them. */
  export interface FileStats {
    readonly size?: number;
    readonly mtime?: number;
    isDirectory(): boolean;
  }

  /** `code` is a status of the protocol; there is none where the connection ended. */
  export type SftpError = Error & { readonly code?: unknown };
  export type Done<Result> = (error: SftpError | null | undefined, result: Result) => void;

  export interface SFTPWrapper {
    readdir(path: string, done: Done<ListedFile[]>): void;
    stat(path: string, done: Done<FileStats>): void;
    readFile(path: string, done: Done<Buffer>): void;
    writeFile(path: string, bytes: Buffer, done: Done<undefined>): void;
    rename(from: string, to: string, done: Done<undefined>): void;
    unlink(path: string, done: Done<undefined>): void;
    mkdir(path: string, done: Done<undefined>): void;
  }

  /** `level` names the step of connecting: `client-authentication`. */
  export type ConnectError = Error & { readonly level?: string };

  export class Client {
    on(event: 'ready' | 'close', listener: () => void): this;
    on(event: 'error', listener: (error: ConnectError) => void): this;
    on(
      event: 'keyboard-interactive',
      listener: (
        name: string,
        instructions: string,
        language: string,
        prompts: readonly unknown[],
        finish: (answers: readonly string[]) => void,
      ) => void,
    ): this;
    connect(options: ConnectOptions): this;
    sftp(done: Done<SFTPWrapper>): void;
    setNoDelay(isOn: boolean): this;
    end(): void;
    destroy(): void;
  }
}
