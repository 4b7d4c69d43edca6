using System.Runtime.InteropServices;

namespace OpenGradient.Cli.Relayer;

/// <summary>The first signal asks for an orderly end; a second one is left to the system, which ends the process.</summary>
internal sealed class DrainSignals : IDisposable
{
    private readonly CancellationTokenSource _asked;
    private readonly List<PosixSignalRegistration> _registrations = [];

    public DrainSignals(CancellationToken others)
    {
        _asked = CancellationTokenSource.CreateLinkedTokenSource(others);
        foreach (var signal in (PosixSignal[])[PosixSignal.SIGINT, PosixSignal.SIGTERM])
            _registrations.Add(PosixSignalRegistration.Create(signal, Ask));
    }

    public CancellationToken Token => _asked.Token;

    public void Dispose()
    {
        _registrations.ForEach(registration => registration.Dispose());
        _asked.Dispose();
    }

    private void Ask(PosixSignalContext context)
    {
        context.Cancel = !_asked.IsCancellationRequested;
        _asked.Cancel();
    }
}
