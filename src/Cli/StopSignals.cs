using System.Runtime.InteropServices;

namespace OpenGradient.Cli;

/// <summary>
/// Lets a closed terminal (SIGHUP) and Ctrl-\ (SIGQUIT) stop a command cleanly, as the command line's library does for Ctrl-C and SIGTERM.
/// The first one asks; a second one ends the process as it would without this.
/// </summary>
internal sealed class StopSignals : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly List<PosixSignalRegistration> _registrations = [];

    public StopSignals()
    {
        foreach (var signal in (PosixSignal[])[PosixSignal.SIGHUP, PosixSignal.SIGQUIT])
            _registrations.Add(PosixSignalRegistration.Create(signal, Ask));
    }

    public CancellationToken Token => _stop.Token;

    public void Dispose()
    {
        _registrations.ForEach(registration => registration.Dispose());
        _stop.Dispose();
    }

    private void Ask(PosixSignalContext context)
    {
        context.Cancel = !_stop.IsCancellationRequested;
        _stop.Cancel();
    }
}
