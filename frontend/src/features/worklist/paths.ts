/** Where the people whom no message has reached are asked for: the list and its count share one reading. */
export function unreachedPath(departmentId: string): string {
  return `/worklists/unreached?departmentId=${departmentId}`
}
