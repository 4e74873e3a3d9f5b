import { userInfo } from 'node:os';

/** Who is logged in to this machine. A container may run under a number that has no name. */
export function machineUser(read: () => { readonly username: string } = userInfo): string {
  try {
    return read().username;
  } catch {
    return 'a user without a name';
  }
}
