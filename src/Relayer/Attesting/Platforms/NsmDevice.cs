using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using OpenGradient.Attestation.Nitro;
using OpenGradient.Attestation.Verdicts;

namespace OpenGradient.Relayer.Attesting.Platforms;

/// <summary>
/// Asks the Nitro Security Module of an AWS enclave for a document, through one call to the kernel. The messages are tested by themselves; the call itself needs
/// an enclave, and has been tried in none.
/// </summary>
public static partial class NsmDevice
{
    public const string DefaultPath = "/dev/nsm";

    // _IOWR(0x0A, 0, struct nsm_raw) of linux/nsm.h.
    private const nuint RawMessage = 0xC020_0A00;

    /// <summary>Asks once. Throws <see cref="EvidenceException"/> where there is no module, or it refuses.</summary>
    public static MachineEvidence Fetch(string path, ReadOnlySpan<byte> reportData, ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> publicKey)
    {
        if (!File.Exists(path))
            throw new EvidenceException($"This machine has no {path}: it is no Nitro enclave, or its image lacks the driver (Linux 6.8, or AWS's own).", "Run it in an enclave.", isMissing: true);
        if (reportData.Length > NsmMessages.MaxUserBytes || nonce.Length > NsmMessages.MaxUserBytes || publicKey.Length > NsmMessages.MaxKeyBytes)
        {
            throw new EvidenceException(
                "The report data, the nonce or the key has no room.", $"The module takes up to {NsmMessages.MaxUserBytes} bytes of the first two, and {NsmMessages.MaxKeyBytes} of a key.");
        }

        var answer = Ask(path, NsmMessages.EncodeRequest(reportData, nonce, publicKey));
        return NsmMessages.TryReadResponse(answer, out var document, out var fault)
            ? new MachineEvidence(EvidenceKind.Nitro, document, [])
            : throw new EvidenceException(fault, "Ask again; if it stays, look at the enclave's image.");
    }

    private static unsafe byte[] Ask(string path, byte[] request)
    {
        using var device = Open(path);
        var response = new byte[NsmMessages.MaxResponseBytes];
        fixed (byte* asked = request, answered = response)
        {
            var message = new RawExchange { Request = (ulong)asked, RequestBytes = (ulong)request.Length, Response = (ulong)answered, ResponseBytes = (ulong)response.Length };
            if (Control(device, RawMessage, &message) != 0)
            {
                throw new EvidenceException(
                    $"{path} does not take the request: {Marshal.GetLastPInvokeErrorMessage()}.", "It is for processes with CAP_SYS_ADMIN in a Nitro enclave.");
            }

            // The kernel writes how much it gave.
            return message.ResponseBytes <= (ulong)response.Length
                ? response[..(int)message.ResponseBytes]
                : throw new EvidenceException($"{path} says that it gave more than there was room for.", "Look at the enclave's kernel.");
        }
    }

    private static SafeFileHandle Open(string path)
    {
        try
        {
            return File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new EvidenceException(failure.Message, $"See that this process may use {path}.");
        }
    }

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static unsafe partial int Control(SafeFileHandle device, nuint request, RawExchange* message);

    // struct nsm_raw: two places of memory, each with its length.
    [StructLayout(LayoutKind.Sequential)]
    private struct RawExchange
    {
        public ulong Request;
        public ulong RequestBytes;
        public ulong Response;
        public ulong ResponseBytes;
    }
}
