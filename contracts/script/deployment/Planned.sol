// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Vm} from "forge-std/Vm.sol";

import {DeploymentFactory} from "../../src/deployment/DeploymentFactory.sol";

/// @notice One contract of a deployment.
struct Planned {
    string name;
    /// Its compiled code, as forge finds it: `File.sol:Contract`.
    string artifact;
    /// The constructor's, encoded.
    bytes arguments;
    /// What it is deployed under by the factory.
    bytes32 salt;
    address at;
}

using PlannedLib for Planned global;

/// @notice Deploys a planned contract, and says whether what stands at its address is that contract.
library PlannedLib {
    Vm private constant vm = Vm(address(uint160(uint256(keccak256("hevm cheat code")))));

    /// @notice Another code, or built with other arguments, than this configuration gives.
    error CodeDiffers(string name, address at, bytes32 found, bytes32 expected);
    error NotWhereExpected(string name, address at, address expected);

    function stands(Planned memory planned) internal view returns (bool) {
        return planned.at.code.length != 0;
    }

    /// @notice Sends the one transaction that deploys it.
    function deploy(Planned memory planned, DeploymentFactory factory, address deployer) internal {
        // The factory cannot tell why a constructor reverts: this can.
        _rehearse(planned);

        bytes memory code = creationCode(planned);
        vm.broadcast(deployer);
        address at = factory.deploy(planned.salt, code);
        require(at == planned.at, NotWhereExpected(planned.name, at, planned.at));
    }

    /// @notice Reverts unless the address has exactly the code that was compiled, immutables included.
    function requireAsPlanned(Planned memory planned) internal {
        bytes32 found = planned.at.codehash;
        bytes32 expected = keccak256(_rehearse(planned));
        require(found == expected, CodeDiffers(planned.name, planned.at, found, expected));
    }

    function creationCode(Planned memory planned) internal view returns (bytes memory) {
        return bytes.concat(vm.getCode(planned.artifact), planned.arguments);
    }

    /// Runs the constructor at the planned address, so that what it makes of itself there is known too, and takes everything back.
    function _rehearse(Planned memory planned) private returns (bytes memory code) {
        uint256 before = vm.snapshotState();
        vm.etch(planned.at, creationCode(planned));
        bool succeeded;
        (succeeded, code) = planned.at.call("");
        if (!succeeded) {
            assembly ("memory-safe") {
                revert(add(code, 32), mload(code))
            }
        }
        vm.revertToStateAndDelete(before);
    }
}
