namespace OpenGradient.Foundry;

/// <summary>The contracts were not deployed, or not as they should be; the message is forge's or the script's own.</summary>
public sealed class DeploymentFailedException(string problem) : Exception(problem);
