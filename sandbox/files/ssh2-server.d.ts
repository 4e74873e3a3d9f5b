/** The server of the library, as far as it is used here; it has no types of its own. */
declare module 'ssh2' {
  export interface Authentication {
    readonly method: string;
    readonly username: string;
    /** Of method `password`. */
    readonly password?: string;
    accept(): void;
    reject(methods?: readonly string[]): void;
  }

  export interface FileAttributes {
    readonly mode: number;
    readonly uid: number;
    readonly gid: number;
    readonly size: number;
    /** Seconds since the epoch. */
    readonly atime: number;
    readonly mtime: number;
  }

  export interface ServerSftp {
    on(event: 'OPEN', listener: (id: number, path: string, flags: number) => void): this;
    on(event: 'READ', listener: (id: number, handle: Buffer, offset: number, length: number) => void): this;
    on(event: 'WRITE', listener: (id: number, handle: Buffer, offset: number, data: Buffer) => void): this;
    on(
      event: 'FSTAT' | 'FSETSTAT' | 'CLOSE' | 'READDIR',
      listener: (id: number, handle: Buffer) => void,
    ): this;
    on(event: 'RENAME', listener: (id: number, from: string, to: string) => void): this;
    on(
      event: 'STAT' | 'LSTAT' | 'SETSTAT' | 'OPENDIR' | 'REMOVE' | 'MKDIR' | 'REALPATH',
      listener: (id: number, path: string) => void,
    ): this;
    status(id: number, code: number): void;
    handle(id: number, handle: Buffer): void;
    data(id: number, data: Buffer): void;
    attrs(id: number, attributes: FileAttributes): void;
    name(
      id: number,
      names: ReadonlyArray<{
        readonly filename: string;
        readonly longname: string;
        readonly attrs: Partial<FileAttributes>;
      }>,
    ): void;
  }

  export interface ServerSession {
    on(event: 'sftp', listener: (accept: () => ServerSftp) => void): this;
  }

  export interface ServerConnection {
    on(event: 'authentication', listener: (context: Authentication) => void): this;
    on(event: 'session', listener: (accept: () => ServerSession) => void): this;
    on(event: 'ready' | 'close', listener: () => void): this;
    on(event: 'error', listener: (error: Error) => void): this;
    setNoDelay(isOn: boolean): this;
    end(): void;
  }

  export class Server {
    constructor(
      options: { readonly hostKeys: readonly string[] },
      onConnection: (connection: ServerConnection) => void,
    );
    on(event: 'error', listener: (error: Error) => void): this;
    listen(port: number, host: string, done: () => void): this;
    address(): { readonly port: number };
    close(done: () => void): this;
  }

  interface Ssh2 {
    readonly Server: typeof Server;
    readonly utils: {
      /** Of a key without a passphrase. */
      readonly parseKey: (key: string) => { getPublicSSH(): Buffer };
      readonly sftp: {
        readonly STATUS_CODE: Readonly<
          Record<'OK' | 'EOF' | 'NO_SUCH_FILE' | 'PERMISSION_DENIED' | 'FAILURE', number>
        >;
        readonly flagsToString: (flags: number) => string | null;
      };
    };
  }
  const ssh2: Ssh2;
  export default ssh2;
}
