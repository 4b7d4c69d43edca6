namespace OpenGradient.Contracts.Deployments;

/// <summary>A file of addresses is not what the deployment script writes; the message names the field.</summary>
public sealed class DeploymentFormatException(string problem) : Exception(problem);
