// Loaded into every child before its program: when the harness is gone, even by a kill, its end of the pipe closes.
process.stdin.on('end', () => process.kill(process.pid, 'SIGTERM')).resume();
(process.stdin as { unref?: () => void }).unref?.();
