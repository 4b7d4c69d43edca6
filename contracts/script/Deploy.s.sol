// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {TimelockController} from "@openzeppelin/contracts/governance/TimelockController.sol";
import {Script} from "forge-std/Script.sol";
import {console} from "forge-std/console.sol";

import {AttestedKeys} from "../src/AttestedKeys.sol";
import {DeploymentFactory} from "../src/deployment/DeploymentFactory.sol";
import {IAttestedKeys} from "../src/interfaces/IAttestedKeys.sol";
import {IChallengeCourt} from "../src/interfaces/IChallengeCourt.sol";
import {IEvidenceVerifier} from "../src/interfaces/IEvidenceVerifier.sol";
import {IHub} from "../src/interfaces/IHub.sol";
import {IModelRegistry} from "../src/interfaces/IModelRegistry.sol";
import {INodeRegistry} from "../src/interfaces/INodeRegistry.sol";
import {ModelRegistry} from "../src/ModelRegistry.sol";
import {NodeRegistry} from "../src/NodeRegistry.sol";
import {ProofVerifier} from "../src/ProofVerifier.sol";
import {CourtParts} from "../src/types/CourtConfig.sol";
import {HubParts} from "../src/types/HubConfig.sol";
import {VerifierRegistry} from "../src/VerifierRegistry.sol";
import {AttestedVerifier} from "../src/verifiers/AttestedVerifier.sol";
import {AddressesFile} from "./deployment/AddressesFile.sol";
import {Configuration, Settings} from "./deployment/Configuration.sol";
import {Planned} from "./deployment/Planned.sol";
import {TimelockRoles} from "./deployment/TimelockRoles.sol";

/// @title Deploys all contracts, checks them, and writes down where they are
/// @notice Run it until it says that everything stands. Each run deploys what is missing, after holding what stands against this configuration; the run
/// that finds nothing missing checks every contract on the chain, and only then writes `deployments/<chain id>.json`.
///
/// Addresses follow from who deploys and the salt alone (docs/decisions/0007), so that a run that was cut short is simply run again, with the same
/// settings by the same account.
contract Deploy is Script {
    /// @notice Name the account that deploys: forge's `--sender`, or one of its wallets.
    error DeployerMissing();
    /// @notice The chain lacks the deployer at 0x4e59b44847b379578588920cA78FbF26c0B4956C, which most chains have: whoever runs the chain can add it
    /// (github.com/Arachnid/deterministic-deployment-proxy).
    error DeterministicDeployerMissing();
    error FactoryNotDeployed(address expected);
    error TokenMissing(address token);
    error Differs(string what, bytes32 found, bytes32 expected);

    /// What the first registered verifier verifies.
    bytes32 internal constant PROOF_SYSTEM = "revealed-accumulators-kzg";

    Configuration internal _configuration;
    Planned[] private _plan;
    address internal _deployer;
    DeploymentFactory private _factory;

    function run() external {
        _deployer = msg.sender;
        require(_deployer != DEFAULT_SENDER, DeployerMissing());
        require(CREATE2_FACTORY.code.length != 0, DeterministicDeployerMissing());
        bytes memory factoryCode = type(DeploymentFactory).creationCode;
        _factory = DeploymentFactory(vm.computeCreate2Address(0, keccak256(factoryCode), CREATE2_FACTORY));
        _configuration = _configure();
        _requireToken();

        uint256 sent = _deployFactory(factoryCode);
        _planAll();
        sent += _deployMissing();
        sent += _furnish();
        if (sent != 0) {
            console.log(
                "%d transactions are missing. Once they are sent, run again: what stands on the chain is checked then.", sent
            );
            return;
        }

        _verify();
        TimelockController timelock = TimelockController(payable(_addressOf("TimelockController")));
        TimelockRoles.requireNobodyElse(timelock, _configuration.owners, Settings.fromBlock());
        string memory path = Settings.file();
        AddressesFile.write(path, _configuration, _plan, _factory, _deployer, Settings.fromBlock());
        console.log("All %d contracts stand as configured. Their addresses are in %s", _plan.length, path);
    }

    function _configure() internal view virtual returns (Configuration memory) {
        return Configuration({
            salt: Settings.salt(),
            isDevelopment: false,
            owners: Settings.owners(),
            hub: Settings.hub(Settings.amount("OG_DEPLOY_HUB_MIN_BOND")),
            court: Settings.court(Settings.amount("OG_DEPLOY_COURT_SEAL_BOND"), Settings.amount("OG_DEPLOY_COURT_MEMBER_FEE")),
            keys: Settings.keys(),
            proofs: Settings.proofs()
        });
    }

    function _requireToken() internal view virtual {
        require(_configuration.owners.token.code.length != 0, TokenMissing(_configuration.owners.token));
    }

    /* What is deployed */

    function _planAll() internal virtual {
        address timelock = _addressOf("TimelockController");
        bool isDevelopment = _configuration.isDevelopment;
        _add(
            "TimelockController",
            abi.encode(_configuration.owners.delay, _configuration.owners.proposers, _configuration.owners.executors, address(0))
        );
        _add("ProofVerifier", abi.encode(_configuration.proofs));
        _add("VerifierRegistry", abi.encode(timelock, isDevelopment, _addressOf("ProofVerifier"), PROOF_SYSTEM));
        _add("ModelRegistry", abi.encode(_addressOf("VerifierRegistry")));
        _add("NodeRegistry", abi.encode(_configuration.owners.token, _addressOf("InferenceHub"), _addressOf("ChallengeCourt")));
        _add(
            "AttestedKeys",
            abi.encode(
                timelock,
                _configuration.owners.guardian,
                _addressOf("ChallengeCourt"),
                _addressOf("NodeRegistry"),
                isDevelopment,
                _configuration.keys
            )
        );
        _add("AttestedVerifier", abi.encode(_addressOf("AttestedKeys"), isDevelopment));
        _add("ChallengeCourt", abi.encode(_courtParts(), _configuration.court));
        _add("HubExtension", abi.encode(_hubParts(), _configuration.hub));
        _add("InferenceHub", abi.encode(_hubParts(), _configuration.hub, _addressOf("HubExtension")));
    }

    function _add(string memory name, bytes memory arguments) internal {
        _add(name, string.concat(name, ".sol:", name), arguments);
    }

    function _add(string memory name, string memory artifact, bytes memory arguments) internal {
        _plan.push(Planned({name: name, artifact: artifact, arguments: arguments, salt: _saltOf(name), at: _addressOf(name)}));
    }

    function _addressOf(string memory name) internal view returns (address) {
        return _factory.addressOf(_deployer, _saltOf(name));
    }

    function _saltOf(string memory name) private view returns (bytes32) {
        return keccak256(abi.encode(_configuration.salt, name));
    }

    function _hubParts() private view returns (HubParts memory) {
        return HubParts({
            token: _configuration.owners.token,
            models: IModelRegistry(_addressOf("ModelRegistry")),
            nodes: INodeRegistry(_addressOf("NodeRegistry")),
            keys: IAttestedKeys(_addressOf("AttestedKeys")),
            court: _addressOf("ChallengeCourt"),
            guardian: _configuration.owners.guardian,
            isDevelopment: _configuration.isDevelopment
        });
    }

    function _courtParts() private view returns (CourtParts memory) {
        return CourtParts({
            token: _configuration.owners.token,
            hub: IHub(_addressOf("InferenceHub")),
            models: IModelRegistry(_addressOf("ModelRegistry")),
            nodes: INodeRegistry(_addressOf("NodeRegistry")),
            keys: IAttestedKeys(_addressOf("AttestedKeys")),
            attestedVerifier: IEvidenceVerifier(_addressOf("AttestedVerifier"))
        });
    }

    /* Deploying */

    /// The factory is the same for everybody; who deploys it first does not matter.
    function _deployFactory(bytes memory code) private returns (uint256 sent) {
        if (address(_factory).code.length != 0) return 0;
        vm.broadcast(_deployer);
        (bool succeeded,) = CREATE2_FACTORY.call(bytes.concat(bytes32(0), code));
        require(succeeded && address(_factory).code.length != 0, FactoryNotDeployed(address(_factory)));
        return 1;
    }

    /// What stands already is held against the configuration first: nothing is added to a deployment that was begun with another.
    function _deployMissing() private returns (uint256 sent) {
        for (uint256 i = 0; i < _plan.length; ++i) {
            if (_plan[i].stands()) _plan[i].requireAsPlanned();
        }
        for (uint256 i = 0; i < _plan.length; ++i) {
            if (_plan[i].stands()) continue;
            console.log("deploying %s at %s", _plan[i].name, _plan[i].at);
            _plan[i].deploy(_factory, _deployer);
            ++sent;
        }
    }

    /// What else a deployment needs once its contracts stand, as far as it is missing.
    function _furnish() internal virtual returns (uint256 sent) {}

    /* Checking */

    /// The code of each contract has been held against what was compiled, with all that its constructor fixed. Here the contracts themselves are
    /// asked, and what they remember.
    function _verify() internal view virtual {
        _verifyTimelock(TimelockController(payable(_addressOf("TimelockController"))));
        address timelock = _addressOf("TimelockController");
        address guardian = _configuration.owners.guardian;
        address token = _configuration.owners.token;

        VerifierRegistry verifiers = VerifierRegistry(_addressOf("VerifierRegistry"));
        _same("VerifierRegistry.admin", verifiers.admin(), timelock);
        _same("VerifierRegistry.isDevelopmentDeployment", verifiers.isDevelopmentDeployment(), _configuration.isDevelopment);
        ProofVerifier proofs = ProofVerifier(_addressOf("ProofVerifier"));
        _same("ProofVerifier.setupHash", proofs.setupHash(), keccak256(abi.encode(_configuration.proofs)));
        _same("VerifierRegistry.proofSystemOf", verifiers.proofSystemOf(address(proofs)), PROOF_SYSTEM);
        _same("VerifierRegistry.isDevelopmentVerifier", verifiers.isDevelopmentVerifier(address(proofs)), proofs.isDevelopment());
        _same("ModelRegistry.verifiers", address(ModelRegistry(_addressOf("ModelRegistry")).verifiers()), address(verifiers));

        NodeRegistry nodes = NodeRegistry(_addressOf("NodeRegistry"));
        _same("NodeRegistry.stakeToken", nodes.stakeToken(), token);
        _same("NodeRegistry.hub", nodes.hub(), _addressOf("InferenceHub"));
        _same("NodeRegistry.court", nodes.court(), _addressOf("ChallengeCourt"));

        AttestedKeys keys = AttestedKeys(_addressOf("AttestedKeys"));
        _same("AttestedKeys.admin", keys.admin(), timelock);
        _same("AttestedKeys.guardian", keys.guardian(), guardian);
        _same("AttestedKeys.isDevelopment", keys.isDevelopment(), _configuration.isDevelopment);
        _same("AttestedKeys.terms", keccak256(abi.encode(keys.terms())), keccak256(abi.encode(_configuration.keys)));

        IChallengeCourt court = IChallengeCourt(_addressOf("ChallengeCourt"));
        _same("ChallengeCourt.parts", keccak256(abi.encode(court.parts())), keccak256(abi.encode(_courtParts())));
        _same("ChallengeCourt.parameters", keccak256(abi.encode(court.parameters())), keccak256(abi.encode(_configuration.court)));

        AttestedVerifier attested = AttestedVerifier(_addressOf("AttestedVerifier"));
        _same("AttestedVerifier.attestedKeys", address(attested.attestedKeys()), address(keys));
        _same("AttestedVerifier.isDevelopment", attested.isDevelopment(), _configuration.isDevelopment);

        IHub hub = IHub(_addressOf("InferenceHub"));
        _same("InferenceHub.token", hub.token(), token);
        // The hub answers this by its extension.
        _same("InferenceHub.guardian", hub.guardian(), guardian);
    }

    /// The timelock keeps its roles in memory. Nobody but itself may change them.
    function _verifyTimelock(TimelockController timelock) private view {
        _same("TimelockController.getMinDelay", bytes32(timelock.getMinDelay()), bytes32(_configuration.owners.delay));
        for (uint256 i = 0; i < _configuration.owners.proposers.length; ++i) {
            address proposer = _configuration.owners.proposers[i];
            _same("TimelockController: a proposer proposes", timelock.hasRole(timelock.PROPOSER_ROLE(), proposer), true);
            _same("TimelockController: a proposer cancels", timelock.hasRole(timelock.CANCELLER_ROLE(), proposer), true);
        }
        for (uint256 i = 0; i < _configuration.owners.executors.length; ++i) {
            address executor = _configuration.owners.executors[i];
            _same("TimelockController: an executor executes", timelock.hasRole(timelock.EXECUTOR_ROLE(), executor), true);
        }
        bytes32 admin = timelock.DEFAULT_ADMIN_ROLE();
        _same("TimelockController: it rules itself", timelock.hasRole(admin, address(timelock)), true);
        _same("TimelockController: its deployer rules it", timelock.hasRole(admin, _deployer), false);
    }

    function _same(string memory what, address found, address expected) internal pure {
        _same(what, bytes32(uint256(uint160(found))), bytes32(uint256(uint160(expected))));
    }

    function _same(string memory what, bool found, bool expected) internal pure {
        _same(what, bytes32(uint256(found ? 1 : 0)), bytes32(uint256(expected ? 1 : 0)));
    }

    function _same(string memory what, bytes32 found, bytes32 expected) internal pure {
        require(found == expected, Differs(what, found, expected));
    }
}
